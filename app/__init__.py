"""How people meet stuckneck: command line, report, charts. Imports every floor below."""
