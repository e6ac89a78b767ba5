"""verifiers v1: tasksets, agents and episodes instead of load_environment().

Everything that imports verifiers.v1 is in here and is imported only for a v1 package: it takes seconds. Only
the library's own half is used (environments, clients, configs, loaders, types), never its command line.
"""
