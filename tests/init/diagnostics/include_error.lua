return policy {
  include "include/wrong.lua",
}
