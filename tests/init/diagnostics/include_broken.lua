return policy {
  include "include/broken.lua",
}
