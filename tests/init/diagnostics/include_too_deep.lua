return policy { include "include/deep1.lua" }
