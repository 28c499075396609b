"""Who represents whom: invitations, requests, passcodes, answers and endings."""
