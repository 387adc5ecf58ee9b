"""今日の仕事: real duties with a date and one button, told by each room's own rows. One file per room, one board."""
