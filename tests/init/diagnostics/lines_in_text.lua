return policy {
  -- component "a" { qota = 1 }
  component "a" { ram = [[1M]], caps = 60, --[[ qota = 1
    ]] config = "qota = 1 }",
    ["qota"] = 2,
  },
}
