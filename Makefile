# BENCH=/path/to/bench SITE=name use another bench than the sandbox; ARGS is passed on to pytest or the benchmarks.
HOST = python3 -m sandbox.host
export BENCH SITE ARGS

.DEFAULT_GOAL := help
.PHONY: help demo test benchmark lint stop clean

help: ## show this
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 20

demo: ## build the sandbox, load the sample plants, play the story, leave the Desk running
	@$(HOST) demo

test: ## run every test on the sandbox, or on BENCH= SITE=; ARGS= goes to pytest
	@$(HOST) test

benchmark: ## print the speed figures
	@$(HOST) benchmark

lint: ## check style and format
	@$(HOST) lint

stop: ## stop the sandbox's servers
	@$(HOST) stop

clean: ## stop them and remove the sandbox
	@$(HOST) clean
