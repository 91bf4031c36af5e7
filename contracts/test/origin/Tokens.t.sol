// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ExactToken} from "../../src/lib/ExactToken.sol";
import {StakeToken} from "../../src/token/StakeToken.sol";
import {Vm} from "../Base.sol";
import {OriginFixture} from "./OriginFixture.sol";

/// @dev A token that says how it behaves badly.
contract OddToken {
    enum Manner {
        ReturnsNothing,
        ReturnsFalse,
        KeepsFee,
        MovesNothing
    }

    Manner public manner;
    mapping(address => uint256) public balanceOf;

    function behave(Manner manner_) external {
        manner = manner_;
    }

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function transfer(address to, uint256 amount) external {
        _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external {
        _move(from, to, amount);
    }

    function approve(address, uint256) external pure returns (bool) {
        return true;
    }

    function _move(address from, address to, uint256 amount) private {
        Manner m = manner;
        if (m == Manner.ReturnsNothing || m == Manner.KeepsFee) {
            balanceOf[from] -= amount;
            balanceOf[to] += m == Manner.KeepsFee ? amount - amount / 100 : amount;
        }
        if (m == Manner.ReturnsNothing) return;
        bool answer = m != Manner.ReturnsFalse;
        assembly ("memory-safe") {
            mstore(0, answer)
            return(0, 32)
        }
    }
}

/// @dev Earlier contracts ignored what `transfer` answered: stake was booked that never came.
contract OddTokenTest is OriginFixture {
    OddToken private odd;

    function setUp() public override {
        super.setUp();
        odd = new OddToken();
        odd.mint(address(this), 1e6 ether);
        coreConfig.stakeToken = address(odd);
        token = StakeToken(address(odd));
        _deploy();
    }

    function _refuseDeposit(bytes memory reason) private {
        Vm.Wallet memory wallet = vm.createWallet(_key(0));
        bytes memory signature = _depositSignature(0);
        vm.expectRevert(reason);
        registry.deposit(
            STAKE, bytes32(wallet.publicKeyX), bytes32(wallet.publicKeyY), _withdrawal(0), signature
        );
        assertEq(uint256(_state(0)), 0);
    }

    function _failed() private view returns (bytes memory) {
        return abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(odd));
    }

    function _inexact(uint256 amount, uint256 before, uint256 then) private view returns (bytes memory) {
        return abi.encodeWithSelector(ExactToken.TokenMoveInexact.selector, address(odd), amount, before, then);
    }

    function test_a_token_that_returns_nothing_is_accepted() public {
        _deposit(0, STAKE);
        assertEq(odd.balanceOf(address(registry)), STAKE);
        vm.prank(_withdrawal(0));
        registry.cancel(_signer(0));
        assertEq(odd.balanceOf(_withdrawal(0)), STAKE);
    }

    function test_a_token_that_returns_false_books_no_stake() public {
        odd.behave(OddToken.Manner.ReturnsFalse);
        _refuseDeposit(_failed());
    }

    function test_a_token_that_keeps_a_fee_books_no_stake() public {
        odd.behave(OddToken.Manner.KeepsFee);
        _refuseDeposit(_inexact(STAKE, 0, STAKE - STAKE / 100));
    }

    function test_a_token_that_returns_true_and_moves_nothing_books_no_stake() public {
        odd.behave(OddToken.Manner.MovesNothing);
        _refuseDeposit(_inexact(STAKE, 0, 0));
    }

    function test_a_refund_that_the_token_refuses_reverts_and_the_deposit_stays() public {
        _deposit(0, STAKE);
        address signer = _signer(0);
        odd.behave(OddToken.Manner.ReturnsFalse);
        vm.prank(_withdrawal(0));
        vm.expectRevert(_failed());
        registry.cancel(signer);
        odd.behave(OddToken.Manner.MovesNothing);
        vm.prank(_withdrawal(0));
        vm.expectRevert(_inexact(STAKE, STAKE, STAKE));
        registry.cancel(signer);
        assertEq(uint256(_state(0)), 1);
        assertEq(registry.waiting(0).length, 1);
    }

    function test_a_withdrawal_that_the_token_refuses_can_be_repeated() public {
        _open(1);
        _halt();
        address signer = _signer(0);
        registry.release(signer);
        odd.behave(OddToken.Manner.ReturnsFalse);
        vm.expectRevert(_failed());
        registry.withdraw(signer);
        odd.behave(OddToken.Manner.ReturnsNothing);
        registry.withdraw(signer);
        assertEq(odd.balanceOf(_withdrawal(0)), STAKE);
    }

    function test_a_bond_that_did_not_come_is_no_bond() public {
        _open(1);
        odd.behave(OddToken.Manner.ReturnsFalse);
        Ready memory ready;
        ready.t = _transition();
        vm.expectRevert(_failed());
        core.propose(ready.t, 3, new bytes[](0));
        odd.behave(OddToken.Manner.KeepsFee);
        vm.expectRevert(_inexact(BOND, 0, BOND - BOND / 100));
        core.propose(ready.t, 3, new bytes[](0));
    }

    function test_a_credit_that_the_token_does_not_pay_stays() public {
        _open(1);
        Ready memory ready = _sealedNext();
        _commit(ready);
        core.reclaim(ready.link.transition, ready.statedHeight);
        odd.behave(OddToken.Manner.ReturnsFalse);
        vm.expectRevert(_failed());
        core.collect(address(0xcafe));
        assertEq(core.credit(address(this)), BOND);
    }
}

/// @dev The devnets' stake token.
contract StakeTokenTest is OriginFixture {
    function test_the_whole_supply_belongs_to_one_account() public {
        StakeToken made = new StakeToken("Stake", "STK", 7 ether, address(0xcafe));
        assertEq(made.totalSupply(), 7 ether);
        assertEq(made.balanceOf(address(0xcafe)), 7 ether);
        assertEq(made.decimals(), 18);
        assertEq(bytes(made.name()), "Stake");
        assertEq(bytes(made.symbol()), "STK");
    }

    function test_a_permit_lets_the_registry_pull() public {
        address owner = vm.addr(77);
        bytes32 hash = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                owner,
                address(registry),
                STAKE,
                0,
                block.timestamp
            )
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), hash));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(77, digest);
        token.permit(owner, address(registry), STAKE, block.timestamp, v, r, s);
        assertEq(token.allowance(owner, address(registry)), STAKE);
    }
}
