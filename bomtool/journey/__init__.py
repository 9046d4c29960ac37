"""The journey of a BOM file, the same for the command line, the watched folder and the pages: read it, push it, approve
it, build a program, write the report.

`reading` opens a file in this process, `isolated` in a child process with limits on time and memory; `carrying` does the
rest and can take up a journey that was cut off. Heavy imports happen on first use.
"""
