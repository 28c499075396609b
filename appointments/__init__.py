"""What happens? Sites, slots, appointments, holds, moves and notices."""
