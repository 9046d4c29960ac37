"""`python -m bomtool` is the same as `bomtool`."""

from bomtool.cli import main

if __name__ == "__main__":
    main()
