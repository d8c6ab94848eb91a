# SPDX-License-Identifier: MIT
sources := main.c
