// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {Kernel, Transition} from "../../src/lib/Types.sol";
import {CoreStatus, ICore} from "../../src/origin/ICore.sol";
import {Account, IRegistry, RegistryConfig, ValidatorState} from "../../src/origin/IRegistry.sol";
import {IReputation} from "../../src/origin/IReputation.sol";
import {Vm} from "../Base.sol";
import {MissedFixture} from "../origin/MissedFixture.sol";

/// @dev A reputation that a test sets, 1 unless it says otherwise.
contract SetReputation is IReputation {
    mapping(address signer => uint256) public missing;

    function set(address signer, uint256 factor) external {
        missing[signer] = 1e18 - factor;
    }

    function reputation(address signer, uint64, uint64) external view returns (uint256) {
        return 1e18 - missing[signer];
    }
}

/// @dev What the invariants of origin are held against, written down from events and from amounts that went in and out;
/// and the invariants. Nothing here asks the contracts what they should answer.
abstract contract OriginLedger is MissedFixture {
    uint256 internal constant FOUNDERS = 8;
    uint256 internal constant MOST = 12;
    address internal constant REPORTER = address(0xbeef);
    address internal constant CHALLENGER = address(0xcafe);

    SetReputation internal factors;
    uint256 internal count;

    // Weights, from UpdateCarried alone: F_v(k), and who was slashed.
    mapping(uint256 who => mapping(uint64 height => uint256)) internal carried;
    mapping(uint256 who => bool) internal slashed;
    mapping(address signer => uint256) internal whoOf;
    /// Kept, since the cheat code that makes an address of a key is dear.
    address[] internal signers;

    // Meta-blocks, from MetaBlockCommitted.
    mapping(uint64 height => uint256) internal commits;
    mapping(uint64 height => Transition) internal committedAt;
    uint64 internal metaBlocks;

    // Tokens.
    uint256 internal entered;
    uint256 internal left;
    uint256 internal bonds;
    /// Calls that round: each leaves at most a unit of the token for each stake that it touches.
    uint256 internal roundings;

    // What a halt left behind.
    bool internal halted;
    bytes32 internal haltedWith;

    error Broken(string invariant, uint256 actual, uint256 expected);

    function setUp() public override {
        factors = new SetReputation();
        super.setUp();
        for (uint256 i = 0; i < FOUNDERS; ++i) {
            _enter(40 ether + 7 * i);
        }
        vm.recordLogs();
        core.open();
        _readKernel();
    }

    function _registryConfig() internal override returns (RegistryConfig memory config) {
        config = super._registryConfig();
        config.reputation = address(factors);
        config.maxUpdates = 8;
    }

    function _enter(uint256 amount) internal {
        signers.push(_signer(count));
        whoOf[signers[count]] = count;
        _deposit(count++, amount);
        entered += amount;
    }

    // Following events

    /// In place of the fixture's: kernels, weights and meta-blocks.
    function _readKernel() internal override {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint64 height = core.openHeight();
        if (carriedUpTo < height) _carryOver(height);
        for (uint256 i = 0; i < logs.length; ++i) {
            bytes32 topic = logs[i].topics[0];
            if (topic == ICore.KernelOpened.selector) _openedKernel(logs[i]);
            if (topic == IRegistry.UpdateCarried.selector) _carried(logs[i]);
            if (topic == ICore.MetaBlockCommitted.selector) {
                ++commits[uint64(uint256(logs[i].topics[1]))];
                ++metaBlocks;
            }
        }
    }

    uint64 private carriedUpTo;

    function _carryOver(uint64 height) private {
        carriedUpTo = height;
        for (uint256 who = 0; who < count; ++who) {
            carried[who][height] = carried[who][height - 1];
        }
    }

    function _carried(Vm.Log memory log) private {
        uint64 height = uint64(uint256(log.topics[1]));
        uint256 who = whoOf[address(uint160(uint256(log.topics[2])))];
        (, uint96 weight,) = abi.decode(log.data, (uint8, uint96, uint32));
        carried[who][height] = weight;
        if (height == 1) carried[who][0] = weight;
    }

    function _openedKernel(Vm.Log memory log) private {
        (bytes32 hash, Kernel memory k) = abi.decode(log.data, (bytes32, Kernel));
        bytes32[] memory updates = new bytes32[](k.updates.length);
        for (uint256 u = 0; u < updates.length; ++u) {
            updates[u] = MosaicHash.hash(k.updates[u]);
        }
        (kernelAt[k.height], updatesAt[k.height]) = (hash, keccak256(abi.encodePacked(updates)));
    }

    // Sums over the definitions

    function _sums(uint64 k) internal view returns (uint256 total, uint256 gone) {
        for (uint256 who = 0; who < count; ++who) {
            total += carried[who][k];
            if (slashed[who]) gone += carried[who][k];
        }
    }

    function _exposedStakes(uint64 n) private view returns (uint256 sum) {
        for (uint256 who = 0; who < count; ++who) {
            Account memory a = registry.account(signers[who]);
            bool out = a.state == ValidatorState.Slashed || a.state == ValidatorState.Withdrawn || a.joinHeight == 0;
            if (out || a.joinHeight > n - 1 || (a.endHeight != 0 && a.endHeight <= n - 1)) continue;
            sum += registry.stakeOf(signers[who]);
        }
    }

    function _stakes() private view returns (uint256 sum) {
        for (uint256 who = 0; who < count; ++who) {
            sum += registry.stakeOf(signers[who]);
        }
    }

    // The invariants

    function _holds(string memory invariant, uint256 actual, uint256 expected) private pure {
        if (actual != expected) revert Broken(invariant, actual, expected);
    }

    function _atMost(string memory invariant, uint256 actual, uint256 limit) private pure {
        if (actual > limit) revert Broken(invariant, actual, limit);
    }

    /// At most one meta-block per height, and one for every height below the open one (4.3).
    function one_meta_block_per_height() public view {
        uint64 n = core.openHeight();
        for (uint64 height = 1; height <= n; ++height) {
            _holds("meta-blocks of one height", commits[height], height < n ? 1 : 0);
        }
        _holds("meta-blocks", metaBlocks, n - 1);
    }

    /// Dynasty and gas strictly increase, from what was committed and not from what the core keeps (4.2).
    function dynasty_and_gas_rise() public view {
        uint64 n = core.openHeight();
        uint64 dynasty;
        uint256 gas;
        for (uint64 height = 1; height < n; ++height) {
            Transition memory t = committedAt[height];
            _atMost("dynasty", uint256(dynasty) + 1, t.dynasty);
            _atMost("gas", gas + 1, t.gas);
            (dynasty, gas) = (t.dynasty, t.gas);
        }
        _holds("committed dynasty", core.committed().dynasty, dynasty);
        _holds("committed gas", core.committedGas(), gas);
    }

    /// The totals, and what of them is slashed, are the sums over validators of what kernels carried (4.5, 5.3).
    function sums_agree_with_the_validators() public view {
        uint64 n = core.openHeight();
        for (uint64 k = n - 1; k <= n; ++k) {
            (uint256 total, uint256 gone) = _sums(k);
            _holds("F(k)", registry.total(k), total);
            _holds("D(k)", registry.slashedSum(k), gone);
        }
    }

    /// The stakes that the next loss falls on, kept as one sum, are those of n_0 <= n - 1 < n_e (4.6, interfaces 0.7).
    function exposed_stake_is_that_of_its_validators() public view {
        if (halted) return;
        uint256 sum = _exposedStakes(core.openHeight());
        uint256 kept = registry.exposedStake();
        _atMost("exposed", kept, sum + count);
        _atMost("not exposed", sum, kept + roundings * count);
    }

    /// What came in is held, was withdrawn, paid to reporters and challengers, or burned; nothing is owed that is not held.
    function every_token_is_accounted_for() public view {
        uint256 held = token.balanceOf(address(registry));
        _holds("registry's tokens", held + left, entered);
        uint256 owed = _stakes() + registry.credit(REPORTER) + registry.credit(CHALLENGER) + registry.burned();
        _atMost("registry owes", owed, held);
        _atMost("registry holds", held, owed + roundings * count);
        _holds("core's tokens", token.balanceOf(address(core)), bonds);
    }

    /// A halt changes nothing any more, and comes when a third is slashed (4.5).
    function halted_is_final() public view {
        bool now_ = core.status() == CoreStatus.Halted;
        if (halted) _holds("halted for ever", now_ ? 1 : 0, 1);
        if (haltedWith != 0) _holds("what a halt leaves", uint256(_standing()), uint256(haltedWith));
        uint64 n = core.openHeight();
        for (uint64 k = n - 1; k <= n && !now_; ++k) {
            (uint256 total, uint256 gone) = _sums(k);
            _atMost("a third slashed, not halted", 3 * gone + 1, total);
        }
    }

    function _standing() internal view returns (bytes32) {
        return keccak256(abi.encode(core.openKernel(), core.openHeight(), core.committed(), core.committedGas()));
    }

    /// Those who were never slashed propose and commit, all together.
    function the_honest_can_commit() public {
        if (core.status() == CoreStatus.Halted) return;
        uint64 n = core.openHeight();
        uint256 snapshot = vm.snapshotState();
        Ready memory ready;
        (ready.t, ready.statedHeight) = (_transition(), _statedHeight());
        ready.t.transactionRoot = keccak256("of the honest");
        core.propose(ready.t, ready.statedHeight, new bytes[](0));
        vm.warp(core.proposal(_id(ready.t, ready.statedHeight)).readyAt);
        ready.link = _link(ready.t, ready.statedHeight);
        ready.seal = _seal(ready.link, _unslashed());
        _commit(ready);
        _holds("open height after a commit of the honest", core.openHeight(), n + 1);
        vm.revertToState(snapshot);
    }

    function _unslashed() internal view returns (uint32[] memory indices) {
        uint32 last = registry.indexCount();
        uint32 found;
        indices = new uint32[](last);
        for (uint32 i = 0; i < last; ++i) {
            if (!slashed[whoOf[registry.voter(i).signer]]) indices[found++] = i;
        }
        assembly ("memory-safe") {
            mstore(indices, found)
        }
    }
}
