"""A company's register: read a file, plan what it would change, apply it."""

from buildings.register.apply import apply_register
from buildings.register.plan import Plan, plan_register
from buildings.register.read import UnreadableError
from buildings.register.rows import Register, read_register

__all__ = ["Plan", "Register", "UnreadableError", "apply_register", "plan_register", "read_register"]
