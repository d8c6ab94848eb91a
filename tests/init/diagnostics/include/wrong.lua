return {
  component "a" { ram = "1M", caps = 60, rum = 1 },
}
