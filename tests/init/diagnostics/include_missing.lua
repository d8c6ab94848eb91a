return policy {
  include "no_such_file.lua",
}
