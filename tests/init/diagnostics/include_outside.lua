return policy {
  include "../secret.lua",
}
