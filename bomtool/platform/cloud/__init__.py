"""The Component Cloud's operations over this platform's catalogues: /products/ and /batch/products/."""
