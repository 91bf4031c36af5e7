// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {MosaicHash} from "../lib/MosaicHash.sol";
import {Offence} from "../lib/Offence.sol";
import {Seal} from "../lib/Seal.sol";
import {Vote} from "../lib/Types.sol";
import {CoreStatus, ICore} from "./ICore.sol";
import {Account, IRegistry, RegistryConfig, RollPreimage, ValidatorState, Voter} from "./IRegistry.sol";
import {LossIndex} from "./LossIndex.sol";
import {RegistryState} from "./RegistryState.sol";
import {Rolls} from "./Rolls.sol";
import {SlashedWeight} from "./SlashedWeight.sol";
import {UpdateQueues} from "./UpdateQueues.sol";
import {Voters, ValidatorSet} from "./ValidatorSet.sol";

/// @title The registry's other half: everything that takes stake away (2.3, 4.4, 4.6, 5.5, 7.5)
/// @notice Code alone, run in the registry's place. Called at its own address it finds no validator, no core that knows
/// it, and no token. The functions are described in IRegistry, which carries their names.
contract Penalties is RegistryState {
    using LossIndex for Checkpoints.Trace224;
    using ValidatorSet for Voters;
    using SlashedWeight for Voters;

    /// A veto costs 1 % of the stake (7.5).
    uint256 private constant VETO_DIVISOR = 100;

    bytes32 private immutable _originId;
    uint256 private immutable _reporterShare;
    uint256 private immutable _observationFraction;
    uint256 private immutable _leakFraction;
    uint256 private immutable _missFraction;
    uint256 private immutable _missCap;

    /// @param config of the registry, which has checked it
    constructor(address core_, RegistryConfig memory config) RegistryState(core_, config) {
        _originId = MosaicHash.originId(block.chainid);
        _reporterShare = config.reporterShare;
        _observationFraction = config.observationFraction;
        _leakFraction = config.leakFraction;
        _missFraction = config.missFraction;
        _missCap = config.missCap;
    }

    // Offences

    function slash(Vote calldata a, bytes calldata signatureA, Vote calldata b, bytes calldata signatureB) external {
        Offence.Scope memory scope = Offence.Scope({coreId: _coreId, originId: _originId, domain: _domain});
        Offence.Proven memory proven = Offence.prove(scope, a, signatureA, b, signatureB);
        Account storage account_ = _accounts[proven.signer];
        ValidatorState state = account_.state;
        if (state == ValidatorState.None || state > ValidatorState.Released) {
            revert IRegistry.StateInvalid(proven.signer, state);
        }
        uint64 height = ICore(_core).openHeight();
        _dequeue(account_);
        account_.state = ValidatorState.Slashed;
        uint256 stake = _take(account_, account_.shares, height);
        uint256 reward = _share(stake, msg.sender);
        emit IRegistry.Slashed(proven.signer, proven.condition, proven.hashA, proven.hashB, msg.sender, stake, reward);
        // A join that no kernel carried has no index and no weight.
        if (account_.joinHeight != 0) _endVoting(proven.signer, account_.index, height);
    }

    /// Takes the weight at every height, and halts the core if that leaves a third of a set without a vote (4.5).
    function _endVoting(address signer, uint32 index, uint64 height) private {
        uint32 weight = _set.slash(index, height);
        if (weight != 0) _enqueue(UpdateQueues.SLASH, signer, weight);
        if (!_set.reachesThird(height) || _halted()) return;
        ICore(_core).haltForSlashing();
    }

    // The inactivity leak (5.5)

    function present(uint64 height, Vote[] calldata votes, bytes calldata records) external {
        uint64 open = ICore(_core).openHeight();
        if (height == 0 || open == 0 || height != open - 1) revert IRegistry.HeightNotCommittedLast(height, open);
        if (votes.length == 0 || records.length != votes.length * Seal.RECORD) {
            revert IRegistry.RecordsLengthInvalid(votes.length, records.length);
        }
        uint64 target = ICore(_core).committed().sourceHeight + 1;
        uint32[] memory indices = new uint32[](votes.length);
        for (uint256 i = 0; i < votes.length; ++i) {
            if (votes[i].chain != _coreId) revert IRegistry.VoteChainMismatch(votes[i].chain, _coreId);
            if (votes[i].targetHeight != target) revert IRegistry.VoteTargetMismatch(votes[i].targetHeight, target);
            indices[i] = _presentBy(height, MosaicHash.hash(votes[i]), records, i);
        }
        emit IRegistry.Presented(height, indices);
    }

    /// The i-th record's validator, who signed this vote and weighs something in V_height, is present.
    function _presentBy(uint64 height, bytes32 voteHash, bytes calldata records, uint256 i)
        private
        returns (uint32 index)
    {
        bytes32 r;
        bytes32 vs;
        (index, r, vs) = Seal.record(records, i * Seal.RECORD);
        _set.signed(MosaicHash.digest(_domain, voteHash), index, r, vs);
        Voter memory voter_ = _set.voters[index];
        bool counts = voter_.changedAt < height
            ? voter_.weight != 0
            : voter_.previous != 0 || (voter_.changedAt == height && voter_.weight != 0);
        if (!counts) revert IRegistry.Weightless(voter_.signer);
        _accounts[voter_.signer].lastPresent = uint32(height);
    }

    function leak(address signer, RollPreimage[] calldata preimages) external {
        Account storage account_ = _accounts[signer];
        if (account_.state != ValidatorState.Active) revert IRegistry.StateInvalid(signer, account_.state);
        CoreStatus status = ICore(_core).status();
        if (status != CoreStatus.Open) revert IRegistry.CoreNotOpen(uint8(status));
        uint64 height = ICore(_core).openHeight();
        _requireLongAbsent(signer, account_, height);
        if (preimages.length != 4) revert IRegistry.PreimageCountInvalid(preimages.length);
        for (uint64 i = 0; i < 4; ++i) {
            uint64 k = height - 5 + i;
            Rolls.requireMissing(_rolls[k % 8], k, preimages[i], account_.index);
        }
        uint256 amount = _take(account_, account_.shares * _leakFraction / ONE, height);
        account_.lastLeak = uint32(height - 2);
        _burned += amount;
        emit IRegistry.Leaked(signer, height - 2, amount);
        _requeue(signer, account_);
    }

    /// A leak's update: what the stake weighs now in place of a weight that waited, or below the minimum a logout.
    function _requeue(address signer, Account storage account_) private {
        _dequeue(account_);
        if (_stakeOf(account_) < _minStake) {
            account_.state = ValidatorState.Leaving;
            emit IRegistry.LogoutRequested(signer);
            _enqueue(UpdateQueues.LOGOUT, signer, 0);
            return;
        }
        uint32 weight = _sampledWeight(signer, account_);
        if (weight != _set.voters[account_.index].weight) _enqueue(UpdateQueues.WEIGHT, signer, weight);
    }

    // What the core takes (4.4)

    function penalise(bytes calldata seal, address challenger) external onlyCore {
        uint64 height = ICore(_core).openHeight();
        uint256 lost;
        uint256 signers = Seal.count(seal);
        for (uint256 i = 0; i < signers; ++i) {
            (uint32 index,,) = Seal.at(seal, i);
            address signer = _set.voters[index].signer;
            Account storage account_ = _accounts[signer];
            uint256 amount = _take(account_, account_.shares * _observationFraction / ONE, height);
            lost += amount;
            emit IRegistry.Penalised(signer, amount);
        }
        emit IRegistry.PenaltyShared(challenger, lost, _share(lost, challenger));
    }

    /// Everybody's loss at one height: an entry of the index, and the sums that it falls on. What stays is rounded down,
    /// and what is paid and burned too, so that both together are covered by what was there.
    function lose(uint64 faultHeight, uint64 missed, address prover) external onlyCore {
        uint256 fraction = Math.min(_missCap, missed * _missFraction);
        (uint256 old, uint256 index) = _losses.lose(uint32(faultHeight), fraction);
        uint256 lost = Math.mulDiv(_exposed, old - index, old);
        _exposed = Math.mulDiv(_exposed, index, old);
        _moving.leaving = uint128(Math.ceilDiv(_moving.leaving * index, old));
        emit IRegistry.LossApplied(faultHeight, fraction, index, prover, lost, _share(lost, prover));
    }

    /// Credits the part of a loss that goes to who proved it, rounded down, and burns the rest.
    function _share(uint256 lost, address prover) private returns (uint256 reward) {
        reward = lost * _reporterShare / ONE;
        _credit[prover] += reward;
        _burned += lost - reward;
    }

    // The veto of a gateway (7.5)

    function veto(address gateway, address signer, bytes calldata signature) external {
        if (gateway == address(0)) revert IRegistry.GatewayZero();
        Account storage account_ = _accounts[signer];
        if (msg.sender != account_.withdrawal) {
            bytes32 digest = MosaicHash.digest(_domain, MosaicHash.vetoHash(gateway));
            _requireSignedBy(signer, digest, signature);
        }
        if (account_.state != ValidatorState.Active) revert IRegistry.StateInvalid(signer, account_.state);
        CoreStatus status = ICore(_core).status();
        if (status != CoreStatus.Open) revert IRegistry.CoreNotOpen(uint8(status));
        if (_set.voters[account_.index].weight == 0) revert IRegistry.Weightless(signer);
        if (_vetoed[gateway]) revert IRegistry.GatewayVetoed(gateway);
        _vetoed[gateway] = true;
        uint256 amount = _take(account_, account_.shares / VETO_DIVISOR, ICore(_core).openHeight());
        _burned += amount;
        emit IRegistry.Vetoed(gateway, signer, amount);
    }

    // Checks

    /// Carried by K_{n-5} or earlier, not shown present and not leaked since, n the open height (5.5). Who weighs nothing
    /// owes no vote: it warms up, or its lifetime is over. Who has gained weight since counts as present until then.
    function _requireLongAbsent(address signer, Account storage account_, uint64 height) private view {
        if (uint256(account_.joinHeight) + 5 > height) {
            revert IRegistry.JoinedTooLate(signer, account_.joinHeight, height);
        }
        if (_set.voters[account_.index].weight == 0) revert IRegistry.Weightless(signer);
        if (uint256(account_.lastPresent) + 5 >= height) {
            revert IRegistry.PresentSince(signer, account_.lastPresent, height);
        }
        if (uint256(account_.lastLeak) + 5 >= height) {
            revert IRegistry.LeakedSince(signer, account_.lastLeak, height);
        }
    }
}
