// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {Transition} from "../../src/lib/Types.sol";
import {ICore, ProposalState} from "../../src/origin/ICore.sol";
import {OriginFixture} from "./OriginFixture.sol";

/// @dev Bonds (4.2).
contract CoreBondTest is OriginFixture {
    function setUp() public override {
        super.setUp();
        _open(4);
    }

    function test_a_bond_comes_back_when_the_proposal_committed() public {
        Transition memory t = _transition();
        bytes32 hash = MosaicHash.hash(t);
        _commitNext();
        vm.expectEmit(address(core));
        emit ICore.BondReclaimed(_id(t, 3), address(this), BOND);
        core.reclaim(hash, 3);
        assertEq(core.credit(address(this)), BOND);
        assertTrue(core.proposal(_id(t, 3)).state == ProposalState.Reclaimed);
        vm.expectEmit(address(core));
        emit ICore.Collected(address(this), address(0xcafe), BOND);
        core.collect(address(0xcafe));
        assertEq(token.balanceOf(address(0xcafe)), BOND);
        assertEq(token.balanceOf(address(core)), 0);
        vm.expectRevert(abi.encodeWithSelector(ICore.NoCredit.selector, address(this)));
        core.collect(address(0xcafe));
    }

    function test_a_bond_comes_back_when_the_proposal_died_with_its_kernel() public {
        Transition memory t = _transition();
        core.propose(t, 7, new bytes[](0));
        _commitNext();
        vm.prank(address(0xbeef));
        core.reclaim(MosaicHash.hash(t), 7);
        assertEq(core.credit(address(this)), BOND);
    }

    function test_the_bond_of_a_live_proposal_stays() public {
        (Transition memory t,) = _proposeReady();
        bytes32 hash = MosaicHash.hash(t);
        vm.expectRevert(
            abi.encodeWithSelector(ICore.BondNotReclaimable.selector, _id(t, 3), ProposalState.Live)
        );
        core.reclaim(hash, 3);
    }

    function test_a_bond_comes_back_once() public {
        Transition memory t = _transition();
        bytes32 hash = MosaicHash.hash(t);
        _commitNext();
        core.reclaim(hash, 3);
        vm.expectRevert(
            abi.encodeWithSelector(ICore.BondNotReclaimable.selector, _id(t, 3), ProposalState.Reclaimed)
        );
        core.reclaim(hash, 3);
    }

    function test_there_is_no_bond_of_an_unknown_proposal() public {
        bytes32 id = core.proposalId(bytes32(0), 0);
        vm.expectRevert(abi.encodeWithSelector(ICore.BondNotReclaimable.selector, id, ProposalState.None));
        core.reclaim(0, 0);
    }

    function test_a_halt_returns_the_bonds_of_live_proposals() public {
        (Transition memory t,) = _proposeReady();
        _halt();
        core.reclaim(MosaicHash.hash(t), 3);
        assertEq(core.credit(address(this)), BOND);
    }
}
