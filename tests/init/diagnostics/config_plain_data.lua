return policy {
  component "a" { ram = "1M", caps = 60, config = {
    run = function() end } },
  component "b" { ram = "1M", caps = 60, config = { x = { y = { parent } } } },
  component "c" { ram = "1M", caps = 60, config = { [true] = 1 } },
}
