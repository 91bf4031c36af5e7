# A thin front for CMake. `make demo` and `make test` are all that a newcomer needs: each sets the machine up by itself.
BUILD := build

.PHONY: all bootstrap demo test clean

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

clean:
	rm -rf $(BUILD) build-*
