local budgets
return policy {
  component "a" { ram = budgets.small, caps = 60 },
}
