return policy {
  component(5) { ram = "1M" },
}
