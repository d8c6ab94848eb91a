return policy {
  component "nic" {
    qota = "4M", ram = "4M",
    caps = 40,
    root = {},
  },
}
