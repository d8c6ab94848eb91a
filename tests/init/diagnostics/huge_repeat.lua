return policy {
  version = #string.rep("x", 1000000000),
}
