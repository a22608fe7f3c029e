-- What the tables of version 1 lack: the second factor of an account.
ALTER TABLE account ADD COLUMN otp_secret TEXT;
ALTER TABLE account ADD COLUMN otp_step INTEGER;
PRAGMA user_version = 2;
