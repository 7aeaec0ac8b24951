"""`offhook serve`: the supervisor of lines and agent, its status, its terminal."""
