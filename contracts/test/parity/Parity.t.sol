// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AuxiliaryBlockStore} from "../../src/auxiliary/AuxiliaryBlockStore.sol";
import {AuxiliaryConfig, Head, Link, Voting} from "../../src/auxiliary/IPollingPlace.sol";
import {KernelRelay} from "../../src/auxiliary/KernelRelay.sol";
import {OriginBlockStore} from "../../src/auxiliary/OriginBlockStore.sol";
import {PollingPlace} from "../../src/auxiliary/PollingPlace.sol";
import {Kernel} from "../../src/lib/Types.sol";
import {ConstantReputation} from "../../src/origin/ConstantReputation.sol";
import {Core} from "../../src/origin/Core.sol";
import {Committed, CoreConfig} from "../../src/origin/ICore.sol";
import {Account, RegistryConfig, Voter} from "../../src/origin/IRegistry.sol";
import {LifetimeReputation} from "../../src/origin/LifetimeReputation.sol";
import {OriginHistory} from "../../src/origin/OriginHistory.sol";
import {Registry} from "../../src/origin/Registry.sol";
import {WarmUpReputation} from "../../src/origin/WarmUpReputation.sol";
import {StakeToken} from "../../src/token/StakeToken.sol";
import {Base} from "../Base.sol";

/// One line of a run: tests/parity/step.h says what each member means.
struct Step {
    uint8 kind;
    address sender;
    address target;
    uint64 number;
    uint64 time;
    bytes32[] blocks;
    bytes32 focus;
    bytes input;
    bytes4 selector;
    bytes words;
    string name;
}

interface ParityVm {
    function readLine(string calldata path) external view returns (string memory);
    function envString(string calldata name, string calldata delimiter) external view returns (string[] memory);
}

/// @dev Replays what `build/parity` wrote and compares, step by step: accepted or the same custom error, and the same
/// state. tests/parity/replay makes the files and names them in MOSAIC_PARITY, paths from the project's root with commas
/// between.
contract ParityTest is Base {
    uint8 private constant DEPLOY_ORIGIN = 0;
    uint8 private constant CALL_ORIGIN = 1;
    uint8 private constant DEPLOY_AUXILIARY = 2;
    uint8 private constant CALL_AUXILIARY = 3;
    uint8 private constant SNAPSHOT = 4;
    uint8 private constant RESTORE = 5;
    address private constant DEPLOYER = address(0xd0);
    uint256 private constant ACTORS = 6;

    ParityVm private constant files = ParityVm(address(vm));

    uint256 private step;
    StakeToken private token;
    Core private core;
    Registry private registry;
    OriginBlockStore private originStore;
    PollingPlace private place;
    uint256 private kept;

    error VerdictsDiffer(uint256 step, string rules, bytes contracts);
    error StatesDiffer(uint256 step, string rules, uint256 word, bytes32 expected, bytes32 actual);
    error WordCountsDiffer(uint256 step, uint256 expected, uint256 actual);

    function test_contracts_and_rules_agree() external {
        string[] memory paths = files.envString("MOSAIC_PARITY", ",");
        vm.chainId(31337);
        for (uint256 i = 0; i < paths.length; ++i) {
            uint256 fresh = vm.snapshotState();
            while (this.replay(paths[i])) {
                ++step;
            }
            check(step > 0, paths[i]);
            vm.revertToState(fresh);
        }
    }

    /// A call of its own, so that the memory of a step is free again after it.
    function replay(string calldata path) external returns (bool) {
        string memory line = files.readLine(path);
        if (bytes(line).length == 0) return false;
        Step memory s = abi.decode(vm.parseBytes(line), (Step));
        if (s.number != 0) _roll(s);
        if (s.kind == DEPLOY_ORIGIN) _deployOrigin(s);
        else if (s.kind == CALL_ORIGIN) _callOrigin(s);
        else if (s.kind == DEPLOY_AUXILIARY) _deployAuxiliary(s);
        else if (s.kind == CALL_AUXILIARY) _callAuxiliary(s);
        else if (s.kind == SNAPSHOT) kept = vm.snapshotState();
        else if (s.kind == RESTORE) _restore();
        return true;
    }

    function _roll(Step memory s) private {
        vm.roll(s.number);
        vm.warp(s.time);
        for (uint256 i = 0; i < s.blocks.length; ++i) {
            vm.setBlockhash(s.number - s.blocks.length + i, s.blocks[i]);
        }
    }

    function _call(Step memory s) private {
        vm.prank(s.sender);
        (bool success, bytes memory answer) = s.target.call(s.input);
        bytes4 selector = success ? bytes4(0) : bytes4(answer);
        if (success != (s.selector == 0) || selector != s.selector) revert VerdictsDiffer(step, s.name, answer);
    }

    function _compare(Step memory s, bytes memory words) private view {
        if (keccak256(words) == keccak256(s.words)) return;
        if (words.length != s.words.length) revert WordCountsDiffer(step, s.words.length / 32, words.length / 32);
        for (uint256 i = 0; i < words.length / 32; ++i) {
            (bytes32 actual, bytes32 expected) = (_word(words, i), _word(s.words, i));
            if (actual != expected) revert StatesDiffer(step, s.name, i, expected, actual);
        }
    }

    function _word(bytes memory words, uint256 i) private pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := mload(add(add(words, 32), mul(32, i)))
        }
    }

    // Origin

    function _deployOrigin(Step memory s) private {
        (CoreConfig memory c, RegistryConfig memory r, bytes32 salt) =
            abi.decode(s.input, (CoreConfig, RegistryConfig, bytes32));
        uint64 heights = uint64(bytes8(s.focus << 64));
        vm.startPrank(DEPLOYER);
        token = new StakeToken("Stake", "STK", type(uint256).max, DEPLOYER);
        new OriginHistory();
        if (uint64(bytes8(s.focus)) == 0) new ConstantReputation();
        else if (uint64(bytes8(s.focus)) == 1) new WarmUpReputation(heights);
        else new LifetimeReputation(heights);
        core = new Core(c, r, salt);
        registry = new Registry(address(core), r);
        for (uint160 i = 0; i < ACTORS; ++i) {
            token.transfer(address(0x3001 + i), type(uint128).max);
        }
        vm.stopPrank();
        for (uint160 i = 0; i < ACTORS; ++i) {
            vm.startPrank(address(0x3001 + i));
            token.approve(address(core), type(uint256).max);
            token.approve(address(registry), type(uint256).max);
            vm.stopPrank();
        }
    }

    function _callOrigin(Step memory s) private {
        _call(s);
        address focus = address(uint160(uint256(s.focus)));
        _compare(s, bytes.concat(_coreWords(s.sender), _registryWords(s.sender), _accountWords(focus)));
    }

    function _coreWords(address sender) private view returns (bytes memory) {
        Committed memory last = core.committed();
        uint64 n = core.openHeight();
        return bytes.concat(
            abi.encode(core.openKernel(), core.status(), n, core.lastCommitAt(), core.haltableAt()),
            abi.encode(last, core.committedGas(), n >= 2 ? core.source(n - 1) : bytes32(0)),
            abi.encode(core.credit(sender), token.balanceOf(address(core)))
        );
    }

    function _registryWords(address sender) private view returns (bytes memory) {
        uint64 n = core.openHeight();
        bytes memory sums = n == 0
            ? bytes("")
            : abi.encode(
                registry.total(n), registry.slashedSum(n), registry.total(n - 1), registry.slashedSum(n - 1)
            );
        return bytes.concat(
            abi.encode(registry.credit(sender), token.balanceOf(address(registry)), registry.burned()),
            abi.encode(registry.exposedStake(), registry.lossIndex(), registry.indexCount()),
            sums,
            abi.encode(n == 0 ? bytes32(0) : registry.roll(n - 1)),
            abi.encode(
                keccak256(abi.encode(registry.waiting(0), registry.waiting(1), registry.waiting(2), registry.waiting(3)))
            )
        );
    }

    function _accountWords(address signer) private view returns (bytes memory) {
        Account memory a = registry.account(signer);
        bytes memory words = bytes.concat(
            abi.encode(a.state, a.index, a.joinHeight, a.endHeight, a.releasableAt, a.lastPresent, a.lastLeak, a.queued),
            abi.encode(a.withdrawal, a.shares, registry.stakeOf(signer), a.deposit)
        );
        if (a.joinHeight == 0) return words;
        Voter memory v = registry.voter(a.index);
        uint64 n = core.openHeight();
        return bytes.concat(
            words, abi.encode(v.changedAt <= n ? v.weight : v.previous, v.changedAt < n ? v.weight : v.previous)
        );
    }

    // The auxiliary chain

    /// A reorganisation: everything but the count of the steps is what it was.
    function _restore() private {
        uint256 now_ = step;
        vm.revertToState(kept);
        step = now_;
    }

    function _deployAuxiliary(Step memory s) private {
        (AuxiliaryConfig memory c, Kernel memory k1) = abi.decode(s.input, (AuxiliaryConfig, Kernel));
        vm.startPrank(DEPLOYER);
        address predicted = vm.computeCreateAddress(DEPLOYER, vm.getNonce(DEPLOYER) + 3);
        new AuxiliaryBlockStore(s.words, c.epoch);
        originStore = new OriginBlockStore(c.originRootNumber, c.originRootHash, c.originEpoch, predicted);
        new KernelRelay(c.originChainId, c.core, address(originStore), predicted);
        place = new PollingPlace(c, k1);
        vm.stopPrank();
    }

    function _callAuxiliary(Step memory s) private {
        _call(s);
        _compare(s, bytes.concat(_headWords(), _linkWords(s.focus), _setWords()));
    }

    function _headWords() private view returns (bytes memory) {
        Head memory h = place.head();
        return bytes.concat(
            abi.encode(h.finalisedAuxiliary, h.finalisedOrigin, h.dynasty, h.kernel, h.pendingKernel),
            abi.encode(h.pendingKernel == 0 ? 0 : h.pendingDynasty, place.kernelHash(h.kernel)),
            abi.encode(h.pendingKernel == 0 ? bytes32(0) : place.kernelHash(h.pendingKernel)),
            abi.encode(place.dynastyCount(), place.observationCount(), originStore.finalisedCount()),
            abi.encode(place.observed(h.finalisedOrigin), place.finalised(h.finalisedAuxiliary))
        );
    }

    function _linkWords(bytes32 hash) private view returns (bytes memory) {
        Link memory l = place.link(hash);
        return abi.encode(l.kernel, l.flags, l.forward, l.forwardTotal, l.rear, l.rearTotal);
    }

    /// Per validator F_v(k) << 32 | F_v(k - 1), k the newest kernel written.
    function _setWords() private view returns (bytes memory words) {
        Head memory h = place.head();
        uint64 k = h.pendingKernel == 0 ? h.kernel : h.pendingKernel;
        uint32 count = place.validatorCount();
        words = abi.encode(count, place.total(k), place.total(k - 1));
        for (uint32 i = 0; i < count; ++i) {
            Voting memory v = place.validator(i);
            uint256 forward = v.changedAt <= k ? v.weight : v.previous;
            uint256 rear = v.changedAt < k ? v.weight : v.previous;
            words = bytes.concat(words, bytes32(forward << 32 | rear));
        }
    }
}
