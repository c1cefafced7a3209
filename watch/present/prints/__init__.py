"""Everything that is printed: PDF made by typst, one module and one `.typ` file for each kind of print."""
