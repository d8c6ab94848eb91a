local a = component "a" { ram = "1M", caps = 60 }
a.ram = "2M"
