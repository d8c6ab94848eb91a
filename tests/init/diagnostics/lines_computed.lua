local fields = { ram = "1M", caps = 60 }
fields["qo" .. "ta"] = 1
return policy {
  component "a" (fields),
}
