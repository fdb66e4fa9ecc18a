"""What is overdue 欠费: by age, reminders that respect people, plans. Nothing is cut off."""
