// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ExactToken} from "../../src/lib/ExactToken.sol";
import {Transition, Vote} from "../../src/lib/Types.sol";
import {IRegistry, RegistryConfig, RollPreimage, ValidatorState} from "../../src/origin/IRegistry.sol";
import {Penalties} from "../../src/origin/Penalties.sol";
import {WarmUpReputation} from "../../src/origin/WarmUpReputation.sol";
import {StakeToken} from "../../src/token/StakeToken.sol";
import {Vm} from "../Base.sol";
import {SlashFixture} from "./SlashFixture.sol";

/// @dev A stake token that calls its holders: before what it takes from them, and after what it gives them. Whoever is
/// called may call on; what fails there is kept.
contract CallingToken is StakeToken {
    address private _victim;
    bytes private _call;
    uint256 public calls;
    uint256 public succeeded;

    constructor(address holder) StakeToken("Stake", "STK", 1e9 ether, holder) {}

    function arm(address victim, bytes calldata call) external {
        (_victim, _call) = (victim, call);
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        super.transfer(to, amount);
        _reenter();
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        _reenter();
        return super.transferFrom(from, to, amount);
    }

    function _reenter() private {
        address victim = _victim;
        if (victim == address(0)) return;
        _victim = address(0);
        ++calls;
        (bool done,) = victim.call(_call);
        if (done) ++succeeded;
    }
}

/// @dev What a second reader tried against the origin contracts: each test is an attack that must fail.
contract AdversaryTest is SlashFixture {
    CallingToken private calling;

    function _registryConfig() internal override returns (RegistryConfig memory config) {
        config = super._registryConfig();
        config.maxUpdates = 64;
        config.reputation = address(new WarmUpReputation(4));
    }

    // The leak (5.5)

    function _rollsOf(uint32 count) private pure returns (RollPreimage[] memory preimages) {
        bytes memory indices;
        for (uint32 i = 0; i < count; ++i) {
            indices = bytes.concat(indices, abi.encodePacked(i));
        }
        preimages = new RollPreimage[](4);
        for (uint256 i = 0; i < 4; ++i) {
            preimages[i] = RollPreimage({kind: 0, indices: indices});
        }
    }

    function _commits(uint256 count) private {
        for (uint256 i = 0; i < count; ++i) {
            _commitBy(_first(4));
        }
    }

    /// Validator 4 warms up: its join is carried by K_2 at weight 0, its first weight by K_4, the next by K_6.
    function _warmUp() private returns (address signer) {
        _open(4);
        _deposit(4, STAKE);
        signer = _signer(4);
        _commits(2);
        registry.refresh(signer);
        _commits(2);
        registry.refresh(signer);
        _commits(1);
        assertEq(registry.voter(4).changedAt, 6);
        assertEq(registry.voter(4).previous, 50);
    }

    /// Two updates since its join hide from the voting slot that it weighed nothing: of the four seals that it is missing
    /// from it could have voted for one alone.
    function test_a_validator_that_gains_weight_step_by_step_owes_no_vote_from_before_its_first_weight() public {
        address signer = _warmUp();
        for (uint64 height = 7; height <= 9; ++height) {
            _commits(1);
            uint64 from = height - 5;
            check(from < 5, "a seal of a height before its first weight, or of that height");
            RollPreimage[] memory preimages = _rollsOf(4);
            if (from == 4) break;
            vm.expectRevert(abi.encodeWithSelector(IRegistry.PresentSince.selector, signer, 3, height));
            registry.leak(signer, preimages);
        }
        // The seals of 4 to 7: it had weight at each of them.
        registry.leak(signer, _rollsOf(4));
        assertEq(registry.account(signer).shares, 99 ether);
    }

    function test_presence_shown_later_stays_above_the_first_weight() public {
        address signer = _warmUp();
        uint64 source = core.committed().sourceHeight;
        Vote[] memory votes = new Vote[](1);
        votes[0] = _vote(source - 1, source + 1);
        registry.present(5, votes, _record(4, _digest(votes[0])));
        assertEq(registry.account(signer).lastPresent, 5);
    }

    // A token that calls on (5.1): every payment is checked by the balance, and nothing is paid twice

    function _callingToken() private {
        calling = new CallingToken(address(this));
        token = StakeToken(address(calling));
        coreConfig.stakeToken = address(token);
        _deploy();
        _open(4);
    }

    function _refusedInside(bytes memory call) private {
        calling.arm(address(registry), call);
    }

    function test_a_deposit_is_not_refunded_before_it_is_paid() public {
        _callingToken();
        Vm.Wallet memory wallet = vm.createWallet(_key(9));
        bytes memory signature = sign(_key(9), registry.depositDigest(wallet.addr, address(calling), address(this)));
        // The token itself is the withdrawal address, so that its call inside may cancel.
        _refusedInside(abi.encodeCall(registry.cancel, (wallet.addr)));
        vm.expectPartialRevert(ExactToken.TokenMoveInexact.selector);
        registry.deposit(STAKE, bytes32(wallet.publicKeyX), bytes32(wallet.publicKeyY), address(calling), signature);
        assertTrue(registry.account(wallet.addr).state == ValidatorState.None);
        assertEq(token.balanceOf(address(registry)), 4 * STAKE);
    }

    function test_a_stake_is_withdrawn_once_though_the_token_asks_again() public {
        _callingToken();
        _commits(1);
        _logout(3);
        _commits(3);
        registry.release(_signer(3));
        vm.warp(block.timestamp + 60);
        _refusedInside(abi.encodeCall(registry.withdraw, (_signer(3))));
        registry.withdraw(_signer(3));
        assertEq(calling.calls(), 1, "asked again");
        assertEq(calling.succeeded(), 0, "and refused");
        assertEq(token.balanceOf(_withdrawal(3)), STAKE);
        assertEq(token.balanceOf(address(registry)), 3 * STAKE);
    }

    function test_a_credit_is_collected_once_though_the_token_asks_again() public {
        _callingToken();
        _slash(3);
        uint256 reward = registry.credit(address(this));
        _refusedInside(abi.encodeCall(registry.collect, (address(this))));
        registry.collect(address(0xcafe));
        assertEq(calling.calls(), 1, "asked again");
        assertEq(token.balanceOf(address(0xcafe)), reward);
        assertEq(registry.credit(address(this)), 0);
    }

    // The other half's code called by itself (2.3): it has no storage, and the core does not know it

    function test_evidence_given_to_the_other_half_itself_halts_nothing() public {
        _open(4);
        Penalties code = Penalties(registry.penalties());
        (Vote memory a, Vote memory b) = _double();
        (bytes memory signatureA, bytes memory signatureB) = (_signed(0, a), _signed(0, b));
        vm.expectRevert(
            abi.encodeWithSelector(IRegistry.StateInvalid.selector, _signer(0), ValidatorState.None)
        );
        code.slash(a, signatureA, b, signatureB);
        for (uint256 slot = 0; slot < 22; ++slot) {
            assertEq(vm.load(address(code), bytes32(slot)), 0);
        }
    }

    // Block gas limits (4.3, 4.4 a): the dearest calls fit 30 million, 255 signers and 64 updates in one

    function _openMany(uint256 count) private {
        for (uint256 i = 0; i < count; ++i) {
            _deposit(i, STAKE);
        }
        core.open();
        for (uint256 height = 2; registry.indexCount() < count; ++height) {
            _commitNext();
        }
    }

    function test_a_commit_by_255_signers_that_carries_64_joins_fits_a_block() public {
        _openMany(255);
        for (uint256 i = 255; i < 319; ++i) {
            _deposit(i, STAKE);
        }
        Ready memory ready = _sealedNext();
        _commit(ready);
        assertLt(vm.snapshotGasLastCall("Origin", "commit, 255 signers, 64 joins"), 30_000_000);
        assertEq(registry.indexCount(), 319);
    }

    /// Every signer loses a part of its stake in the same transaction.
    function test_an_observation_sealed_by_255_signers_is_challenged_within_a_block() public {
        _openMany(255);
        (Transition memory b, uint64 stated) = (_transition(), _statedHeight());
        core.propose(b, stated, new bytes[](0));
        Vote memory link = Vote(core.originId(), 0, keccak256("a fork"), keccak256("above"), 124, 125);
        bytes memory seal = _seal(link, _all());
        core.challengeObservation(b, stated, link, core.openHeight(), seal);
        assertLt(vm.snapshotGasLastCall("Origin", "challengeObservation, 255 signers"), 30_000_000);
        assertTrue(_isHalted());
    }

    /// Sixty-four entries that must wait are stepped over, and sixty-four behind them are carried.
    function test_a_commit_that_steps_over_64_waiting_logouts_fits_a_block() public {
        _openMany(192);
        for (uint256 i = 128; i < 192; ++i) {
            _logout(i); // carried one height ago, by K_4 at the latest: those of the newest kernel wait
        }
        for (uint256 i = 0; i < 64; ++i) {
            _logout(64 + i);
        }
        Ready memory ready = _sealedNext();
        _commit(ready);
        assertLt(vm.snapshotGasLastCall("Origin", "commit, 192 signers, 64 logouts wait, 64 are carried"), 30_000_000);
        uint256 left;
        for (uint256 i = 64; i < 192; ++i) {
            if (registry.account(_signer(i)).endHeight != 0) ++left;
        }
        assertEq(left, 64, "carried");
    }
}
