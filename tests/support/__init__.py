"""What tests share, by kind: servers, clocks, races, pages, canaries."""
