return policy { version = os.time() }
