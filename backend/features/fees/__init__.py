"""Paying 物业缴费: bills by phone, from the balance or at the counter; disputes and refunds."""
