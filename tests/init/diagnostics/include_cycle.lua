return policy {
  include "include/cycle.lua",
}
