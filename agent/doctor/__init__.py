"""`offhook doctor`: looks at this machine and says what to do about each finding."""
