"""What people type into: sign-up, sign-in, profile, cases, and applications of representatives."""
