// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {ValidatorUpdate} from "../../src/lib/Types.sol";
import {CoreStatus} from "../../src/origin/ICore.sol";
import {IRegistry, RegistryConfig, ValidatorState, Voter} from "../../src/origin/IRegistry.sol";
import {IReputation} from "../../src/origin/IReputation.sol";
import {Registry} from "../../src/origin/Registry.sol";
import {StakeToken} from "../../src/token/StakeToken.sol";
import {Base, Vm} from "../Base.sol";

/// @dev The registry against a plain model: arrays for queues, the whole history of every F_v(k) written out. The test
/// stands in for the core, so that heights pass without seals.
contract RegistryModelTest is Base {
    uint256 private constant MAX_UPDATES = 3;

    struct Waiting {
        uint256 who;
        uint32 weight;
    }

    StakeToken private token;
    Registry public registry;
    bytes32 public registryConfigHash;
    bytes32 public domainSeparator;
    CoreStatus public status;
    uint64 public openHeight;
    address private reputation = address(0x4e9);

    // The model: validators 0 .. count - 1.
    uint256 private count;
    Waiting[][4] private queue;
    mapping(uint256 who => mapping(uint64 height => uint32)) private weightAt;
    mapping(uint256 who => uint64) private changedAt;
    mapping(uint256 who => ValidatorState) private stateOf;
    mapping(uint256 who => uint256) private stakeOf;
    mapping(uint256 who => uint64) private endOf;
    ValidatorUpdate[] private expected;

    function stakeToken() external view returns (address) {
        return address(token);
    }

    function setUp() public {
        token = new StakeToken("Stake", "STK", 1e9 ether, address(this));
        RegistryConfig memory config = RegistryConfig({
            depositPeriod: 0,
            minValidators: 1,
            minStakeTotal: 0,
            minStake: 1 ether,
            weightUnit: 1 ether,
            maxUpdates: uint32(MAX_UPDATES),
            withdrawalDelay: 0,
            leakFraction: 0,
            missFraction: 0,
            missCap: 0,
            observationFraction: 0,
            reporterShare: 0,
            reputation: reputation,
            reputationGas: 50_000
        });
        registryConfigHash = keccak256(abi.encode(config));
        domainSeparator = MosaicHash.domain(block.chainid, address(this));
        address next = vm.computeCreateAddress(address(this), vm.getNonce(address(this)));
        registry = Registry(next);
        new Registry(address(this), config);
        token.approve(next, type(uint256).max);
    }

    function _signer(uint256 who) private pure returns (address) {
        return vm.addr(who + 1);
    }

    function _withdrawal(uint256 who) private pure returns (address) {
        return address(uint160(0x9000 + who));
    }

    function _answer(uint256 factor) private {
        vm.mockCall(reputation, abi.encodeWithSelector(IReputation.reputation.selector), abi.encode(factor));
    }

    // The operations, on both

    function _deposit(uint256 seed) private {
        uint256 who = count++;
        uint256 factor = (seed % 3) * 5e17;
        uint256 amount = (1 + (seed >> 8) % 50) * 1 ether;
        _answer(factor);
        Vm.Wallet memory wallet = vm.createWallet(who + 1);
        bytes memory signature =
            sign(who + 1, registry.depositDigest(wallet.addr, _withdrawal(who), address(this)));
        registry.deposit(
            amount, bytes32(wallet.publicKeyX), bytes32(wallet.publicKeyY), _withdrawal(who), signature
        );
        stateOf[who] = ValidatorState.Queued;
        stakeOf[who] = amount;
        queue[0].push(Waiting(who, uint32(amount * factor / 1 ether / 1e18)));
    }

    function _cancel(uint256 who) private {
        vm.prank(_withdrawal(who));
        registry.cancel(_signer(who));
        stateOf[who] = ValidatorState.Cancelled;
        stakeOf[who] = 0;
        _remove(0, who);
    }

    function _logout(uint256 who) private {
        vm.prank(_withdrawal(who));
        registry.logout(_signer(who), "");
        stateOf[who] = ValidatorState.Leaving;
        _remove(1, who);
        queue[2].push(Waiting(who, 0));
    }

    function _refresh(uint256 who, uint256 seed) private {
        uint256 factor = (seed % 5) * 25e16;
        uint32 weight = uint32(stakeOf[who] * factor / 1 ether / 1e18);
        if (_waits(1, who) || weight == weightAt[who][openHeight]) return;
        _answer(factor);
        registry.refresh(_signer(who));
        queue[1].push(Waiting(who, weight));
    }

    function _release(uint256 who) private {
        if (endOf[who] == 0 || openHeight <= endOf[who] + 1) return;
        registry.release(_signer(who));
        registry.withdraw(_signer(who));
        stateOf[who] = ValidatorState.Withdrawn;
        stakeOf[who] = 0;
    }

    function _waits(uint8 kind, uint256 who) private view returns (bool) {
        for (uint256 i = 0; i < queue[kind].length; ++i) {
            if (queue[kind][i].who == who) return true;
        }
        return false;
    }

    function _remove(uint8 kind, uint256 who) private {
        uint256 kept;
        uint256 length = queue[kind].length;
        for (uint256 i = 0; i < length; ++i) {
            if (queue[kind][i].who != who) queue[kind][kept++] = queue[kind][i];
        }
        for (; kept < length; ++kept) {
            queue[kind].pop();
        }
    }

    // The model's own commit

    function _sum(uint64 height) private view returns (uint64 sum) {
        for (uint256 who = 0; who < count; ++who) {
            sum += weightAt[who][height];
        }
    }

    function _modelAdvance(uint64 next) private {
        delete expected;
        for (uint256 who = 0; who < count; ++who) {
            weightAt[who][next] = next == 0 ? 0 : weightAt[who][next - 1];
        }
        uint256 examined;
        uint8[3] memory order = [2, 1, 0];
        for (uint256 o = 0; o < 3; ++o) {
            uint256 length = queue[order[o]].length;
            for (uint256 i = 0; i < length; ++i) {
                if (expected.length == MAX_UPDATES || examined == 2 * MAX_UPDATES) break;
                ++examined;
                _modelExamine(order[o], next);
            }
        }
    }

    function _modelExamine(uint8 kind, uint64 next) private {
        Waiting memory entry = queue[kind][0];
        bool waits = kind != 0
            && (next < changedAt[entry.who] + 2 || _sum(next) + entry.weight == weightAt[entry.who][next]);
        _remove(kind, entry.who);
        if (waits) {
            queue[kind].push(entry);
            return;
        }
        weightAt[entry.who][next] = entry.weight;
        changedAt[entry.who] = next;
        if (kind == 0) stateOf[entry.who] = ValidatorState.Active;
        if (kind == 2) endOf[entry.who] = next;
        if (next == 1) weightAt[entry.who][0] = entry.weight;
        expected.push(ValidatorUpdate({validator: _signer(entry.who), weight: entry.weight, kind: kind}));
    }

    // Comparison

    function _compareUpdates(ValidatorUpdate[] memory updates) private view {
        assertEq(updates.length, expected.length, "updates");
        for (uint256 i = 0; i < updates.length; ++i) {
            assertEq(updates[i].validator, expected[i].validator, "validator");
            assertEq(updates[i].weight, expected[i].weight, "weight");
            assertEq(updates[i].kind, expected[i].kind, "kind");
        }
    }

    function _compareSet() private view {
        for (uint64 k = openHeight < 2 ? 0 : openHeight - 2; k <= openHeight; ++k) {
            assertEq(registry.total(k), _sum(k), "total");
            for (uint32 index = 0; index < registry.indexCount(); ++index) {
                Voter memory v = registry.voter(index);
                uint32 actual = v.changedAt <= k ? v.weight : v.previous;
                assertEq(actual, weightAt[_who(v.signer)][k], "F_v(k)");
            }
        }
    }

    function _who(address signer) private view returns (uint256 who) {
        while (_signer(who) != signer) {
            ++who;
        }
    }

    function _compareAccounts() private view {
        uint256 held;
        for (uint256 who = 0; who < count; ++who) {
            assertEq(uint256(registry.account(_signer(who)).state), uint256(stateOf[who]), "state");
            assertEq(registry.account(_signer(who)).endHeight, endOf[who], "n_e");
            held += stakeOf[who];
        }
        assertEq(token.balanceOf(address(registry)), held, "the registry holds what it owes");
    }

    function _advance() private {
        uint64 next = openHeight + 1;
        _modelAdvance(next);
        ValidatorUpdate[] memory updates =
            next == 1 ? registry.found() : registry.advance(next, keccak256(abi.encode(next)));
        openHeight = next;
        status = CoreStatus.Open;
        _compareUpdates(updates);
        _compareSet();
    }

    /// forge-config: default.fuzz.runs = 24
    function testFuzz_the_registry_follows_the_model(uint256 seed) public {
        // A founder with weight, so that the core opens.
        _deposit(1 + (4 << 8));
        for (uint256 step = 0; step < 70; ++step) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 who = (seed >> 64) % count;
            ValidatorState state = stateOf[who];
            uint256 action = seed % 8;
            if (action < 2) _advance();
            else if (action == 2 && count < 20) _deposit(seed >> 128);
            else if (state == ValidatorState.Queued && action == 3) _cancelUnlessFounder(who);
            else if (state == ValidatorState.Active && action == 4) _logout(who);
            else if (state == ValidatorState.Active) _refresh(who, seed >> 128);
            else if (state == ValidatorState.Leaving) _release(who);
            _compareAccounts();
        }
    }

    function _cancelUnlessFounder(uint256 who) private {
        if (who != 0) _cancel(who);
    }
}
