-- a role stands for a child, whichever it is
return policy {
  aliases = {
    clock = "rtc",
    console = "uart",
    b = "a",
    disk = "part",
  },
  component "rtc" { ram = "1M", caps = 60, provides = { "Rtc" } },
  component "part" { ram = "1M", caps = 60, provides = { "Block" } },
  component "a" { ram = "1M", caps = 60,
    route = { service "Rtc" { child "clock" }, service "Block" { child "dusk" } } },
  component "b" { ram = "1M", caps = 60, route = { service "Rtc" { child "disk" } } },
}
