# A thin front for CMake. `make demo` and `make test` are all that a newcomer needs: each sets the machine up by itself.
BUILD := build

.PHONY: all bootstrap demo test check soak clean coverage bench

all: bootstrap
	@cmake -S . -B $(BUILD) -G Ninja >$(BUILD)/cmake.log || { cat $(BUILD)/cmake.log; exit 1; }
	@ninja -C $(BUILD) --quiet

bootstrap:
	@mkdir -p $(BUILD)
	@scripts/bootstrap

demo: all
	@$(BUILD)/mosaic demo $(ARGS)

test: all
	@scripts/test

# The long runs, up to an hour: tests/check.
check: all
	@scripts/long check

# Longer ones, by name: make soak ARGS="NAME FIRST LAST"; what there is: scripts/long soak --list.
soak: all
	@scripts/long soak $(ARGS)

# Branch coverage of floors 0 and 1, per file.
coverage: bootstrap
	@scripts/coverage

# Times of floor 1 beside those of ethers and @ethereumjs; all of them as JSON in $(BUILD)/bench.json.
bench: all
	@$(BUILD)/bench >$(BUILD)/bench.json
	@node bench/bench.mjs $(BUILD)/bench.json

clean:
	rm -rf $(BUILD) build-*
