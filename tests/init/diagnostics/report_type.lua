return policy { report = "1s" }
