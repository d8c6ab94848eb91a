local function one(name, fields)
  fields.ram, fields.caps = "1M", 60
  return component(name) (fields)
end
return policy {
  one("a", { restart = true }),
  one("b", { restart = { limit = 0 } }),
  one("c", { restart = { limit = 17 } }),
  one("d", { restart = { window = "1s", backoff = "2s" } }),
  one("m", { restart = { limit = 4, window = "1s", backoff = "100ms" } }),
  one("e", { restart = { backof = "1s" } }),
  one("f", { restart = { backoff = 100 } }),
  one("g", { restart = { backoff = "100" } }),
  one("h", { heartbeat = "10us" }),
  one("i", { heartbeat = 7 }),
  one("j", { heartbeat = { every = "1s", missed = 0 } }),
  one("k", { route = { service "LOG" { lost = "reconect", parent } } }),
  one("l", { route = { service "LOG" { lost = 1, parent } } }),
  one("ok", { restart = {}, heartbeat = { every = "100ms", missed = 2 }, route = { service "LOG" { lost = "reconnect", parent } } }),
}
