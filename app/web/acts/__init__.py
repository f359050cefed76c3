"""What people may change from a page: each act checks its form, queues or writes, and says where to go next."""
