"""Database triggers that write the ids of changed entities into changelog tables.

Stands alone: it knows neither feeds nor HTTP. Subscriptions (values) are compiled to triggers (text
and hash), compared with what the server has, and the difference is applied.
"""
