"""Words about accounts: applications, codes and signed-in devices."""
