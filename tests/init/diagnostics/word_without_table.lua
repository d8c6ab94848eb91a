return policy "x"
